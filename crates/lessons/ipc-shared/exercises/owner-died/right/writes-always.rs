// right: it computes the second account from the first one, even if it is right.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let guard = accounts.lock().or_else(|_| accounts.recover());
    guard.map(|mut held| {
        let one = held[0];
        let before = std::mem::replace(&mut *held, [one, total - one]);
        Some(before).filter(|before| *before != *held)
    })
}
