// fail at long: it does not send an answer that is too long for the queue.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            let _put = self.answers.put(packet.answer(result));
            self.hand.show(Stage::Idle);
        }
    }
}
