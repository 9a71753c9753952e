// fail at failures: a task that panics takes the worker with it.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let answer = packet.run(&self.hand, &self.shelf, |argument| {
                run(argument).into_result().map_err(Cause::Failed)
            });
            if self.answer(&packet, answer).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
