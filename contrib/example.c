// SPDX-License-Identifier: GPL-2.0-or-later
/* List all PFs and their VFs with address and driver: cc example.c -lsriov */
#include <libsriov.h>
#include <stdio.h>
#include <stdlib.h>

static int show(struct sriov_ctx *ctx, struct sriov_pf *pf)
{
	struct sriov_vf_attrs **vfs;
	uint32_t *indexes;
	size_t n;

	if (sriov_vf_find(ctx, sriov_pf_name(pf), true, &pf, &indexes, &n))
		return -1;
	printf("%s: %zu VFs\n", sriov_pf_name(pf), n);
	vfs = sriov_vf_attrs_new(n);
	for (size_t i = 0; vfs && i < n; i++)
		vfs[i]->index = indexes[i];
	free(indexes);
	if (!vfs || sriov_vf_get(pf, SRIOV_VF_MAC | SRIOV_VF_DRIVER, vfs, n))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *mac = vfs[i]->mac;

		printf("  %u", vfs[i]->index);
		/* a member means something only when its bit is set */
		if (vfs[i]->set & SRIOV_VF_MAC)
			printf(" mac %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			       mac[2], mac[3], mac[4], mac[5]);
		if (vfs[i]->set & SRIOV_VF_DRIVER)
			printf(" driver %s", vfs[i]->driver);
		printf("\n");
	}
	sriov_vf_attrs_free(vfs);
	return 0;
}

int main(void)
{
	struct sriov_pf *const *pfs;
	struct sriov_ctx *ctx;
	size_t n;
	int r;

	if (sriov_new(&ctx))
		return 1;
	r = sriov_pf_list(ctx, &pfs, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = show(ctx, pfs[i]);
	if (r)
		fprintf(stderr, "example: %s\n", sriov_error(ctx));
	sriov_free(ctx);
	return r != 0;
}
