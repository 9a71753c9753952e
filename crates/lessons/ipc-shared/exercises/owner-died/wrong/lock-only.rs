// fail at right: `lock` returns an error, and it does nothing more.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.lock()?;
    let found = *held;
    held[1] = total - held[0];
    Ok((found != *held).then_some(found))
}
