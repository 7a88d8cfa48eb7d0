// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hold a VF open through vfio as a virtual machine does, until a line or the end of input:
 * hold-vfio GROUP [ADDRESS [polite]]. Without an address it holds only the group, as one that is
 * about to start; a polite one lets go when the kernel asks for the device.
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* The descriptor that becomes readable when the kernel wants the device back. */
static int listen_for_request(int device)
{
	char bytes[sizeof(struct vfio_irq_set) + sizeof(int32_t)] = { 0 };
	struct vfio_irq_set *irqs = (struct vfio_irq_set *)bytes;
	int32_t event = eventfd(0, EFD_CLOEXEC);

	irqs->argsz = sizeof(bytes);
	irqs->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	irqs->index = VFIO_PCI_REQ_IRQ_INDEX;
	irqs->count = 1;
	memcpy(irqs->data, &event, sizeof(event));
	return ioctl(device, VFIO_DEVICE_SET_IRQS, irqs) < 0 ? -1 : event;
}

/* When the test goes, its end of the pipe does, and the holder with it. */
static void wait_for_the_end(int request)
{
	struct pollfd fds[] = { { .fd = 0, .events = POLLIN },
				{ .fd = request, .events = POLLIN } };

	poll(fds, request < 0 ? 1 : 2, -1);
}

int main(int argc, char **argv)
{
	int container, group, device, request = -1;
	char path[64];

	if (argc < 2 || argc > 4)
		return 2;
	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0)
		return fail("container");
	snprintf(path, sizeof(path), "/dev/vfio/%s", argv[1]);
	group = open(path, O_RDWR);
	if (group < 0)
		return fail(path);
	if (argc > 2) {
		if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) < 0 ||
		    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) < 0)
			return fail("container");
		device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[2]);
		if (device < 0)
			return fail(argv[2]);
		if (argc > 3)
			request = listen_for_request(device);
		if (argc > 3 && request < 0)
			return fail("request");
	}
	puts("open");
	fflush(stdout);
	wait_for_the_end(request);
	return 0;
}
