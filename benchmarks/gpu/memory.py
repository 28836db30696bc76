"""Peak memory of the GPU while a command runs, as its driver counts it (NVML)."""

import ctypes
import threading


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class PeakMemory:
    """What all processes on the first GPU hold, every 50 ms; a caching allocator gives nothing back, so little is missed between two looks."""

    def __init__(self, device):
        self._stop = threading.Event()
        self._peak = self._before = 0
        self._used = self._open() if device == "cuda" else None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        if self._used:
            self._before = self._used()
            self._thread.start()
        return self

    def __exit__(self, *_):
        if self._used:
            self._stop.set()
            self._thread.join()

    @property
    def megabytes(self):
        """None on the CPU, and where the driver's library is not there."""
        return (self._peak - self._before) / 1e6 if self._used else None

    def _watch(self):
        while not self._stop.wait(0.05):
            self._peak = max(self._peak, self._used())

    @staticmethod
    def _open():
        try:
            nvml = ctypes.CDLL("libnvidia-ml.so.1")
        except OSError:
            return None
        handle, memory = ctypes.c_void_p(), _Memory()
        if nvml.nvmlInit_v2() != 0 or nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(handle)) != 0:
            return None

        def used():
            return memory.used if nvml.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) == 0 else 0

        return used
