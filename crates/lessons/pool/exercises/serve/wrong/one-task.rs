// fail at values: it ends after its first packet, and another worker has to be started.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        if let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_ok() {
                self.hand.show(Stage::Idle);
            }
        }
    }
}
