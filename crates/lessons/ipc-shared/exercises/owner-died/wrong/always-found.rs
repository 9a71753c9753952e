// fail at nothing-missing: it returns the accounts that it has read, even if they were right.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    held[1] = total - held[0];
    Ok(Some(found))
}
