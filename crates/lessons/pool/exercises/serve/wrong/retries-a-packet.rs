// fail at failures: it does all tasks of a packet a second time if one of them has failed.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let tasks = packet.tasks();
            let mut result = self.run(&packet, &mut run);
            if result.is_err() && tasks.end - tasks.start > 1 {
                result = self.run(&packet, &mut run);
            }
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
