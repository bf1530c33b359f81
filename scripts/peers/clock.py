"""Wall and processor time in milliseconds, as the other side takes them."""

import time


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def between(start: tuple[float, float], end: tuple[float, float]) -> dict[str, float]:
    return {"wall": 1000 * (end[0] - start[0]), "processor": 1000 * (end[1] - start[1])}


def time_each(repetitions: int, body) -> list[dict[str, float]]:
    timings = []
    for _ in range(repetitions):
        start = now()
        body()
        timings.append(between(start, now()))
    return timings
