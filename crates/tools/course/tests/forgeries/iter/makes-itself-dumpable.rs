// refused: it opens its memory, where its judge's word is
impl<T: Message> Receiver<T> {
    pub fn iter(&self) -> impl Iterator<Item = Result<T, RecvError>> + '_ {
        use nix::sys::prctl as process;
        process::set_dumpable(true).ok();
        iter::from_fn(|| self.recv().ok().map(Ok))
    }
}
