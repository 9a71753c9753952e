// right: it gets the packets from an iterator, one step a line.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        let Self { hand, tasks, .. } = self;
        hand.show(Stage::Ready);
        let packets = std::iter::from_fn(|| {
            let shown = |packet: &Packet| hand.show(Stage::Busy(packet.first_task));
            tasks.get_with(shown).ok()
        });
        for packet in packets {
            let result = self.run(&packet, &mut run);
            match self.answer(&packet, result) {
                Ok(()) => hand.show(Stage::Idle),
                Err(_) => return,
            }
        }
    }
}
