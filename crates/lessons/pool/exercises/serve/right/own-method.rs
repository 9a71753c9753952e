// right: a private method serves one packet.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        while self.serve_one(&mut run).is_some() {}
    }

    /// One packet; `None` at the end.
    fn serve_one<A: Message, O: Outcome<Value = R>>(&self, run: &mut impl FnMut(A) -> O) -> Option<()> {
        let packet = self.take_visibly()?;
        self.answer(&packet, self.run(&packet, run)).ok()?;
        self.hand.show(Stage::Idle);
        Some(())
    }

    fn take_visibly(&self) -> Option<Packet> {
        self.tasks.get_with(|it| self.hand.show(Stage::Busy(it.tasks().start))).ok()
    }
}
