// fail at failures: if a task of a packet fails, its answer has neither the number of that task nor its error.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        while let Ok(packet) = self.tasks.get_with(show) {
            let tasks = packet.tasks();
            let result = self.run(&packet, &mut run);
            let is_put = match result {
                Err(_) if tasks.end - tasks.start > 1 => {
                    let text = "a task of the packet has failed".to_owned();
                    self.answers.put(packet.fail(text)).is_ok()
                }
                result => self.answer(&packet, result).is_ok(),
            };
            if !is_put {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
