// right: the second account is computed from the first one, also where it is right.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let guard = accounts.lock().or_else(|_| accounts.recover());
    guard.map(|mut held| {
        let one = held[0];
        let before = std::mem::replace(&mut *held, [one, total - one]);
        Some(before).filter(|before| *before != *held)
    })
}
