package faults

// smallDiskVar names the folder that the test binary mounts a small disk on.
const smallDiskVar = "HOSO_TEST_SMALL_DISK"

func onSmallDisk(string, []string) int { return 1 }
