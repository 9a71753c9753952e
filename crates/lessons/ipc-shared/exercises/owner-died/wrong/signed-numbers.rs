// fail at right: it computes with signed numbers, which a large total does not fit into.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = accounts.recover()?;
    let found = *held;
    let missing = i32::try_from(total).unwrap_or(0) - found[0] as i32 - found[1] as i32;
    if missing <= 0 { return Ok(None) }
    held[1] += missing as u32;
    Ok(Some(found))
}
