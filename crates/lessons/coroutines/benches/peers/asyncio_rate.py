"""asyncio and aiohttp. pip install aiohttp

asyncio has no pool: `map` is a semaphore around each task, as its users write it.
"""
import asyncio

import aiohttp

import measure


async def same(number):
    return number


async def map_empty():
    bound = asyncio.Semaphore(measure.BOUND)

    async def bounded(number):
        async with bound:
            return await same(number)

    # In parts: a million tasks at once would measure the memory.
    for _ in range(measure.EMPTY // measure.AT_ONCE):
        numbers = range(measure.AT_ONCE)
        assert await asyncio.gather(*map(bounded, numbers)) == list(numbers)


async def spawn():
    for _ in range(measure.EMPTY // measure.AT_ONCE):
        numbers = range(measure.AT_ONCE)
        tasks = [asyncio.create_task(same(number)) for number in numbers]
        assert await asyncio.gather(*tasks) == list(numbers)


async def idle_bytes():
    before = measure.resident_bytes()
    forever = asyncio.Event()
    tasks = [asyncio.create_task(forever.wait()) for _ in range(measure.IDLE)]
    await asyncio.sleep(0)
    grown = measure.resident_bytes() - before
    forever.set()
    await asyncio.gather(*tasks)
    return grown // measure.IDLE


async def gets(url):
    async def get(session):
        async with session.get(url) as page:
            return len(await page.read())

    every_one_its_own = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=every_one_its_own) as session:
        pages = await asyncio.gather(*(get(session) for _ in range(measure.GETS)))
    assert all(page == measure.PAGE_BYTES for page in pages)


measure.main(
    lambda: asyncio.run(map_empty()),
    lambda: asyncio.run(spawn()),
    lambda: asyncio.run(idle_bytes()),
    lambda url: asyncio.run(gets(url)),
)
