// fail at right: it writes the missing amount over what is in the second account, and does not add it.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    let missing = total - found[0] - found[1];
    if missing == 0 {
        return Ok(None);
    }
    held[1] = missing;
    Ok(Some(found))
}
