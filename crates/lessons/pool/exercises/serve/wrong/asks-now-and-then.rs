// fail at waits: it checks ten times a second whether there is a packet.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let show = |packet: &Packet| self.hand.show(Stage::Busy(packet.first_task));
        loop {
            if self.tasks.is_empty() {
                std::thread::sleep(std::time::Duration::from_millis(100));
                match self.tasks.try_get() {
                    Err(ipc_queue::GetError::Disconnected) => return,
                    Err(_) => continue,
                    Ok(packet) => {
                        self.hand.show(Stage::Busy(packet.first_task));
                        let result = self.run(&packet, &mut run);
                        let _put = self.answer(&packet, result);
                        self.hand.show(Stage::Idle);
                        continue;
                    }
                }
            }
            let Ok(packet) = self.tasks.get_with(show) else {
                return;
            };
            let result = self.run(&packet, &mut run);
            if self.answer(&packet, result).is_err() {
                return;
            }
            self.hand.show(Stage::Idle);
        }
    }
}
