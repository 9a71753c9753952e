// right: it takes the guard that `lock` or `recover` returns, and lets go of it at the end.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let mut held = match accounts.lock() {
        Ok(held) => held,
        Err(LockError::Poisoned) => accounts.recover()?,
        Err(error) => return Err(error),
    };
    let [one, other] = *held;
    let result = if one + other != total {
        *held = [one, total - one];
        Some([one, other])
    } else {
        None
    };
    drop(held);
    Ok(result)
}
