// timeout at right: it tries again and again until another process has put the accounts right.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    loop {
        if let Ok(held) = accounts.lock() {
            let sum: u32 = held.iter().sum();
            return Ok((sum != total).then_some(*held));
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
