// fail at waits: it waits with a limit, again and again, and shows the packet after it has taken it.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        loop {
            let packet = match self.tasks.get_timeout(std::time::Duration::from_millis(300)) {
                Ok(packet) => packet,
                Err(ipc_queue::GetError::Empty) => continue,
                Err(_) => return,
            };
            self.hand.show(Stage::Busy(packet.first_task));
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
