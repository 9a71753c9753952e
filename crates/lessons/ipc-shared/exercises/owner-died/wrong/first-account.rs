// fail at right: it corrects the total, but puts the amount back into the first account.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    held[0] = total - held[1];
    Ok((found != *held).then_some(found))
}
