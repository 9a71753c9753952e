// fail at right: the total is right, and the amount back where it came from.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    held[0] = total - held[1];
    Ok((found != *held).then_some(found))
}
