// fail at each: it shows before its first task that it has had one.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        self.hand.show(Stage::Idle);
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
