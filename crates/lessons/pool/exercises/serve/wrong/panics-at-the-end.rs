// fail at end: it panics at the end of the queue.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        loop {
            let packet = self.tasks.get_with(|packet| self.hand.show(Stage::Busy(packet.first_task)));
            let packet = packet.expect("there is a packet");
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
