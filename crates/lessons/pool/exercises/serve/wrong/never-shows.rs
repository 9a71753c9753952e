// fail at in-task: it never shows what it has in its hand.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        while let Ok(packet) = self.tasks.get() {
            let answer = packet.run(&self.hand, &self.shelf, |argument| {
                call(|| run(argument)).map_err(cause_of)
            });
            if self.answer(&packet, answer).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
