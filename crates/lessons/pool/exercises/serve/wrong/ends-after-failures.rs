// fail at failures: it ends when ten tasks have failed.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        let mut failures = 0;
        while let Ok(packet) = self.tasks.get_with(show) {
            let result = self.run(&packet, &mut run);
            failures += u32::from(result.is_err());
            if self.answer(&packet, result).is_err() || failures > 10 {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
