// SPDX-License-Identifier: GPL-2.0-or-later
/* Hold a VF open through vfio as a virtual machine does, until a line or the end of input. */
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <sys/ioctl.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	char path[64], line[8];
	int container, group;

	if (argc != 3)
		return 2;
	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0)
		return fail("container");
	snprintf(path, sizeof(path), "/dev/vfio/%s", argv[1]);
	group = open(path, O_RDWR);
	if (group < 0)
		return fail(path);
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) < 0 ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) < 0)
		return fail("container");
	if (ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[2]) < 0)
		return fail(argv[2]);
	puts("open");
	fflush(stdout);
	/* when the test goes, its end of the pipe does, and the holder with it */
	while (fgets(line, sizeof(line), stdin) && line[0] != '\n')
		;
	return 0;
}
