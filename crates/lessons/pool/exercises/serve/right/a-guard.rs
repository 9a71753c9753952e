// right: a guard empties the hand when it is dropped, at the end of each turn.
struct Empties<'a>(&'a Hand);

impl Drop for Empties<'_> {
    fn drop(&mut self) {
        self.0.show(Stage::Idle);
    }
}

impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        loop {
            let next = self.tasks.get_with(|packet| self.hand.show(Stage::Busy(packet.first_task)));
            let Ok(packet) = next else { break };
            let _after_the_answer = Empties(&self.hand);
            if self.answer(&packet, self.run(&packet, &mut run)).is_err() {
                break;
            }
        }
    }
}
