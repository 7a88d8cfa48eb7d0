/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is loaded on first use, written where packagers look for it. */
#ifndef SRIOV_DLOPEN_H
#define SRIOV_DLOPEN_H

#include <stdint.h>

/*
 * An ELF note as in https://uapi-group.org/specifications/specs/elf_dlopen_metadata/: vendor
 * "FDO", type 0x407c0c0a, JSON padded to four bytes.
 */
#define DLOPEN_NOTE(feature, description, priority, soname)                             \
	DLOPEN_NOTE_JSON("[{\"feature\":\"" feature "\",\"description\":\"" description \
			 "\",\"priority\":\"" priority "\",\"soname\":[\"" soname       \
			 "\"]}]")

#define DLOPEN_NOTE_JSON(text)                                                       \
	static const struct {                                                        \
		uint32_t name_size, text_size, type;                                 \
		char name[4];                                                        \
		_Alignas(uint32_t) char json[sizeof(text)];                          \
	} dlopen_note __attribute__((used, section(".note.dlopen"), aligned(4))) = { \
		sizeof("FDO"), sizeof(text), 0x407c0c0a, "FDO", text                 \
	}

#endif
