// fail at found: it returns the accounts as they are after the correction.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    if held.iter().sum::<u32>() == total {
        return Ok(None);
    }
    held[1] = total - held[0];
    Ok(Some(*held))
}
