// timeout at values: when the queue is closed, it asks for the next packet again.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        loop {
            let Ok(packet) = self.tasks.get_with(show) else {
                continue;
            };
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
