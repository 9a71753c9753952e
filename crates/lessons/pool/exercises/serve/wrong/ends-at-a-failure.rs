// fail at failures: it ends when a task has failed.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            let has_failed = result.is_err();
            if self.answer(&packet, result).is_err() || has_failed {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
