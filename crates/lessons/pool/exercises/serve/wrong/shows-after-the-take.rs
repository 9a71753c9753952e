// fail at killed: it takes the packet first, and then shows it.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        while let Ok(packet) = self.tasks.get() {
            self.hand.show(Stage::Busy(packet.first_task));
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
