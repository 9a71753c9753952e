// fail at right: `lock` is refused, and that is all.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.lock()?;
    let found = *held;
    held[1] = total - held[0];
    Ok((found != *held).then_some(found))
}
