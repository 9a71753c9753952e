// fail at useful: when the queue is empty after a task, it shows that it has had no task yet.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(match self.tasks.is_empty() {
                true => Stage::Ready,
                false => Stage::Idle,
            });
        }
    }
}
