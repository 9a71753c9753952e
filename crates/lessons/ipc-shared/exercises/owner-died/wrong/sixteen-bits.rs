// fail at right: it cuts off what is missing to 16 bits.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    let missing = (total as u16 - found[0] as u16 - found[1] as u16) as u32;
    if missing == 0 { return Ok(None) }
    held[1] += missing;
    Ok(Some(found))
}
