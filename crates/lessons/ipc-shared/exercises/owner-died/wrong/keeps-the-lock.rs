// fail at right: it reads the accounts once more while it holds the lock.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    held[1] = total - held[0];
    let now = accounts.get()?;
    Ok((found != now).then_some(found))
}
