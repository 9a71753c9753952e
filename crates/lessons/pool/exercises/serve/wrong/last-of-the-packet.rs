// fail at packet: it shows the last task of a packet, but begins with the first.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.tasks().end - 1));
        self.hand.show(Stage::Ready);
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
