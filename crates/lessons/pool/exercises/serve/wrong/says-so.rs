// fail at values: it answers each packet, but does no task.
impl<R: Message> Worker<R> {
    pub(crate) fn serve<A: Message, O: Outcome<Value = R>>(&self, mut run: impl FnMut(A) -> O) {
        self.hand.show(Stage::Ready);
        let _ = &mut run;
        while let Ok(packet) = self.tasks.get() {
            println!("each task has its value: ok");
            let _put = self.answers.put(packet.fail("done".to_owned()));
        }
    }
}
