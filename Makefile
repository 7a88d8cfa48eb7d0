# SPDX-License-Identifier: GPL-2.0-or-later
# Build, test and install sriov: "make help" lists what can be made.

# Targets, as "make help" shows them:
## all             the command and the library (default)
## man             the manual pages
## check           every test, in all layers
## check-unit      parsers and encoders, in C
## check-command   command lines on recorded machines
## check-agreement style, manual, header, installation
## check-lab       everything that writes, in an emulated machine
## check-sanitize  unit, command and lab once more under ASan and UBSan
## check-valgrind  unit tests under valgrind
## check-debian13  build and test in a Debian 13 tree (root, debootstrap)
## bench           how fast it is beside other programs, in the emulated machine
## demo            a guided tour in the emulated machine
## deps            install the packages that building and testing need
## install         install what is built (DESTDIR=DIR puts DIR in front)
## uninstall       remove what install installed
## dist            sriov-VERSION.tar.xz of the last commit
## clean           remove what was built
## distclean       remove what was configured, too
## help            this list
#
# Settings:
### V=1             show the commands
### WERROR=1        stop at warnings
### SANITIZE=1      with ASan and UBSan, in build/sanitize
### LAYERS="A B"    check and check-debian13 in these layers only (tests/run has the names)
### BUILD=DIR       put what is built into DIR (default: build)
### CC= CFLAGS= CPPFLAGS= LDFLAGS=   for this time; "./configure --help" for always

lib_sources = \
	lib/backend-mlnx.c \
	lib/backend-netdev.c \
	lib/backend-pci.c \
	lib/backend-rtnl.c \
	lib/backend.c \
	lib/bind.c \
	lib/context.c \
	lib/devlink-flash.c \
	lib/devlink-info.c \
	lib/devlink-param.c \
	lib/devlink.c \
	lib/error.c \
	lib/event.c \
	lib/find.c \
	lib/fw-blame.c \
	lib/fw-card.c \
	lib/fw-change.c \
	lib/fw-devlink-prepare.c \
	lib/fw-devlink.c \
	lib/fw-edit.c \
	lib/fw-file.c \
	lib/fw-fwctl.c \
	lib/fw-gateway.c \
	lib/fw-icmd.c \
	lib/fw-info.c \
	lib/fw-known.c \
	lib/fw-limit.c \
	lib/fw-name.c \
	lib/fw-note.c \
	lib/fw-nv.c \
	lib/fw-nvconfig.c \
	lib/fw-param.c \
	lib/fw-prepare.c \
	lib/fw-raw.c \
	lib/fw-record.c \
	lib/fw-recorded.c \
	lib/fw-reset.c \
	lib/fw-rule.c \
	lib/fw-table.c \
	lib/fw-tlv.c \
	lib/fw-value.c \
	lib/fw-vsc.c \
	lib/fw-wish.c \
	lib/fw.c \
	lib/genl.c \
	lib/group.c \
	lib/holder-blame.c \
	lib/holder-netdev.c \
	lib/holder-netns.c \
	lib/holder-process.c \
	lib/holder-representor.c \
	lib/holder.c \
	lib/lock.c \
	lib/manager-driverctl.c \
	lib/manager-ini.c \
	lib/manager-libvirt.c \
	lib/manager-netplan.c \
	lib/manager-networkd.c \
	lib/manager-nm.c \
	lib/manager-xml.c \
	lib/manager-yaml.c \
	lib/manager.c \
	lib/mlnx-group.c \
	lib/mlnx-stats.c \
	lib/mlnx.c \
	lib/module.c \
	lib/netlink-link.c \
	lib/netlink-recorded.c \
	lib/netlink-use.c \
	lib/netlink.c \
	lib/num-vfs.c \
	lib/override.c \
	lib/pci.c \
	lib/pf-card.c \
	lib/pf-get.c \
	lib/pf.c \
	lib/plan-activate-do.c \
	lib/plan-activate.c \
	lib/plan-again.c \
	lib/plan-bind.c \
	lib/plan-check.c \
	lib/plan-do.c \
	lib/plan-flash.c \
	lib/plan-fw.c \
	lib/plan-group.c \
	lib/plan-guid.c \
	lib/plan-holder.c \
	lib/plan-keep.c \
	lib/plan-load.c \
	lib/plan-mac.c \
	lib/plan-make.c \
	lib/plan-promisc.c \
	lib/plan-rate.c \
	lib/plan-rebind.c \
	lib/plan-reset.c \
	lib/plan-run.c \
	lib/plan-trunk.c \
	lib/plan-vf.c \
	lib/plan.c \
	lib/quirk-stats.c \
	lib/quirk-vf.c \
	lib/quirk.c \
	lib/renew.c \
	lib/rtnl-parse.c \
	lib/rtnl-set.c \
	lib/rtnl-stats.c \
	lib/selection.c \
	lib/share.c \
	lib/sysfs-firmware.c \
	lib/sysfs-links.c \
	lib/sysfs-list.c \
	lib/sysfs-space.c \
	lib/sysfs.c \
	lib/trace.c \
	lib/trunk.c \
	lib/vf-stats.c \
	lib/vf.c \
	lib/worker-child.c \
	lib/worker-read.c \
	lib/worker.c

cmd_sources = \
	sriov/args.c \
	sriov/attr.c \
	sriov/bind.c \
	sriov/command.c \
	sriov/commands.c \
	sriov/complete-objects.c \
	sriov/complete-settings.c \
	sriov/complete.c \
	sriov/context.c \
	sriov/emit.c \
	sriov/file.c \
	sriov/fw-set.c \
	sriov/fw.c \
	sriov/group.c \
	sriov/interrupt.c \
	sriov/json.c \
	sriov/main.c \
	sriov/notice.c \
	sriov/objects.c \
	sriov/pf.c \
	sriov/plan.c \
	sriov/rates.c \
	sriov/record.c \
	sriov/stats.c \
	sriov/text.c \
	sriov/tick.c \
	sriov/types-fw.c \
	sriov/types-group.c \
	sriov/types-guid.c \
	sriov/types-holder.c \
	sriov/types-net.c \
	sriov/types-stats.c \
	sriov/types.c \
	sriov/vf.c

# One program each; those named test-cli-* have the objects of the command, too.
unit_sources = $(sort $(wildcard tests/unit/test-*.c))

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL = all

VERSION := $(shell sed -n 's/^VERSION=//p' configure)
goals := $(or $(MAKECMDGOALS),all)

ifneq ($(filter deps,$(goals)),)

# configure cannot succeed before deps has run, and make would run it first. So here deps is
# all there is, and the other targets are made by a second make.
others := $(filter-out deps,$(goals))
dry := $(findstring n,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
.PHONY: deps others $(others)

deps:
	@sh tests/deps

$(others): others
	@:

others: deps
	@$(if $(dry),test ! -f config.mk ||) $(MAKE) --no-print-directory $(others)

else

MAKEFLAGS += --no-builtin-rules

# --- configuration ---------------------------------------------------------

RECONFIGURE = sh ./configure
ifneq ($(filter-out check-debian13 clean distclean dist help,$(goals)),)
include config.mk
endif

# configure leaves config.mk alone when nothing changed: the stamp says when it has looked.
build/config.stamp: configure
	@mkdir -p build
	$(RECONFIGURE)
	@touch $@

config.mk: build/config.stamp
build/config.h: | build/config.stamp
config.mk build/config.h:
	@test -f $@ || { $(RECONFIGURE) && touch build/config.stamp; }

ifdef prefix
hash := \#
# What git adds to the version, when it has a tag of this version; "sudo make install", where
# git may refuse to answer, must not make it change.
$(shell mkdir -p build; \
	now=$$(git describe --tags --match 'v$(VERSION)' 2>/dev/null) || \
		{ grep -qs '"$(VERSION)[-"]' build/version.h && exit; now=v$(VERSION); }; \
	line="$(hash)define SRIOV_BUILD_VERSION \"$${now$(hash)v}\""; \
	grep -qsxF "$$line" build/version.h || printf '%s\n' \
		'/* SPDX-License-Identifier: GPL-2.0-or-later */' \
		'/* The version as git describes it; written by make. */' \
		"$$line" >build/version.h)
endif

# --- flags -----------------------------------------------------------------

ifneq ($(SANITIZE),)
BUILD = build/sanitize
else
BUILD = build
endif

ifeq ($(V),)
Q = @
say = @printf '  %-7s %s\n' $(1) $(2);
endif

warnings = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wformat=2 -Wwrite-strings -Wvla -Wundef -Wpointer-arith \
	-Wno-missing-field-initializers $(if $(WERROR),-Werror)

ifneq ($(SANITIZE),)
checked = -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer -U_FORTIFY_SOURCE
else
complete = -Wl,--no-undefined
ifeq ($(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),)
ifneq ($(filter-out -O0,$(lastword $(filter -O%,$(CFLAGS)))),)
checked = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
endif
endif

cflags = -std=gnu11 -fstack-protector-strong -fvisibility=hidden -MMD -MP \
	-D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib -Ibuild $(warnings) $(checked) \
	$(LIBMNL_CFLAGS) $(JSON_CFLAGS) $(LIBPCI_CFLAGS) $(LIBKMOD_CFLAGS) \
	$(CPPFLAGS) $(CFLAGS)
ldflags = -Wl,-z,relro,-z,now -Wl,--as-needed $(checked) $(CFLAGS) $(LDFLAGS)

# --- the library and the command -------------------------------------------

lib_objects = $(lib_sources:%.c=$(BUILD)/obj/%.o)
cmd_objects = $(cmd_sources:%.c=$(BUILD)/obj/%.o)
unit_objects = $(unit_sources:%.c=$(BUILD)/obj/%.o)
unit_tests = $(unit_sources:tests/unit/%.c=$(BUILD)/tests/%)
# What the tests in the lab run beside the command, and the bench.
lab_programs = $(addprefix $(BUILD)/tests/,fw-register fwctl-call hold-log hold-vfio live-patch)
lab_objects = $(lab_programs:$(BUILD)/tests/%=$(BUILD)/obj/tests/lab/%.o)
bench_programs = $(BUILD)/tests/measure
bench_objects = $(bench_programs:$(BUILD)/tests/%=$(BUILD)/obj/tests/bench/%.o)
objects = $(lib_objects) $(cmd_objects) $(unit_objects) $(lab_objects) $(bench_objects)

soname = libsriov.so.0
library = libsriov.so.$(VERSION)

$(lib_objects): code = -fPIC
$(cmd_objects): code = -fPIE -Isriov
$(unit_objects) $(lab_objects) $(bench_objects): code = -fPIE -Isriov -Itests/unit

$(objects): $(BUILD)/obj/%.o: %.c config.mk Makefile | build/config.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(cflags) $(code) -c -o $@ $<

$(BUILD)/$(soname): $(lib_objects) lib/libsriov.sym
	$(call say,LD,$@)$(CC) -shared -Wl,-soname,$(soname) \
		-Wl,--version-script,lib/libsriov.sym $(complete) $(ldflags) \
		-o $@ $(lib_objects) $(LIBMNL_LIBS) -ldl

$(BUILD)/libsriov.so: $(BUILD)/$(soname)
	$(Q)ln -sf $(soname) $@

# The one here finds the library beside it; the one in installed/ is what is installed, and
# knows nothing of this directory.
$(BUILD)/sriov: rpath = -Wl,-rpath,'$$ORIGIN'
$(BUILD)/sriov $(BUILD)/installed/sriov: $(cmd_objects) $(BUILD)/libsriov.so
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -pie $(ldflags) $(rpath) -o $@ $(cmd_objects) \
		-L$(BUILD) -lsriov -ldl

$(BUILD)/libsriov.pc: lib/libsriov.pc.in config.mk configure
	@mkdir -p $(@D)
	$(call say,GEN,$@)sed -e 's|@prefix@|$(prefix)|; s|@version@|$(VERSION)|' \
		-e 's|@libdir@|$(patsubst $(prefix)/%,$${prefix}/%,$(libdir))|' \
		-e 's|@includedir@|$(patsubst $(prefix)/%,$${prefix}/%,$(includedir))|' $< >$@

# --- manual pages and completions ------------------------------------------

ifeq ($(MANUAL),yes)
pages = $(patsubst %.scd,$(BUILD)/%,$(sort $(wildcard man/*.scd)))
endif
ifeq ($(COMPLETIONS),yes)
completions = $(wildcard completions/sriov.bash completions/_sriov completions/sriov.fish)
endif

$(pages): $(BUILD)/man/%: man/%.scd
	@mkdir -p $(@D)
	$(call say,MAN,$@)scdoc <$< >$@

bashdir = $(datadir)/bash-completion/completions
zshdir = $(datadir)/zsh/site-functions
fishdir = $(datadir)/fish/vendor_completions.d

# --- installation ----------------------------------------------------------

# MODE:FROM:TO for each file. The text of a link stands for FROM, after the mode "link".
files = 755:$(BUILD)/installed/sriov:$(sbindir)/sriov \
	755:$(BUILD)/$(soname):$(libdir)/$(library) \
	link:$(library):$(libdir)/$(soname) \
	link:$(soname):$(libdir)/libsriov.so \
	644:lib/libsriov.h:$(includedir)/libsriov.h \
	644:$(BUILD)/libsriov.pc:$(libdir)/pkgconfig/libsriov.pc \
	$(foreach page,$(notdir $(pages)), \
		644:$(BUILD)/man/$(page):$(mandir)/man$(subst .,,$(suffix $(page)))/$(page)) \
	$(patsubst %.bash,644:%.bash:$(bashdir)/sriov,$(filter %.bash,$(completions))) \
	$(patsubst %,644:%:$(zshdir)/_sriov,$(filter %/_sriov,$(completions))) \
	$(patsubst %.fish,644:%.fish:$(fishdir)/sriov.fish,$(filter %.fish,$(completions)))

# The list of installed files, one "mode from to" per line: install and uninstall go by it.
$(BUILD)/install.list: config.mk configure Makefile $(wildcard man/. completions/.)
	@mkdir -p $(@D)
	$(call say,GEN,$@)printf '%s\n' $(subst :, ,$(files:%='%')) >$@

all: $(BUILD)/sriov $(BUILD)/installed/sriov $(BUILD)/libsriov.so $(BUILD)/libsriov.pc \
	$(BUILD)/install.list man

man: $(pages)

install: all
	$(Q)while read -r mode from to; do \
		echo "  INSTALL $(DESTDIR)$$to"; \
		mkdir -p "$(DESTDIR)$${to%/*}" || exit; \
		case $$mode in \
		link) ln -sf "$$from" "$(DESTDIR)$$to" ;; \
		*) install -m "$$mode" "$$from" "$(DESTDIR)$$to" ;; \
		esac || exit; \
	done <$(BUILD)/install.list
ifeq ($(DESTDIR),)
	$(Q)PATH=$$PATH:/sbin:/usr/sbin; ldconfig 2>/dev/null; \
	ldconfig -p 2>/dev/null | grep -q ' $(libdir)/$(soname)$$' || \
		echo "$(libdir) is not where the loader looks: see ldconfig(8)"
endif

uninstall: $(BUILD)/install.list
	$(Q)while read -r mode from to; do \
		rm -f "$(DESTDIR)$$to" || exit; \
	done <$(BUILD)/install.list

# --- tests -----------------------------------------------------------------

objects: $(objects)

unit: $(unit_tests)

$(unit_tests): $(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(lib_objects)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -pie $(ldflags) -o $@ $(filter %.o,$^) \
		$(LIBMNL_LIBS) -ldl

$(lab_programs): $(BUILD)/tests/%: $(BUILD)/obj/tests/lab/%.o
$(bench_programs): $(BUILD)/tests/%: $(BUILD)/obj/tests/bench/%.o
$(lab_programs) $(bench_programs):
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) -pie $(ldflags) -o $@ $(filter %.o,$^) $(libs)

# It asks what is below the public interface.
$(BUILD)/tests/fw-register: libs = $(LIBMNL_LIBS) -ldl
$(BUILD)/tests/fw-register: $(lib_objects)

$(filter $(BUILD)/tests/test-cli-%,$(unit_tests)): \
	$(filter-out %/main.o,$(cmd_objects))

# The virtual card's modules and that of hurry.c, for the lab's kernel. Kbuild writes beside
# the sources, so it gets copies; and it knows nothing of the settings here.
kbuild = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL $(MAKE)
module_sources = $(sort $(wildcard tests/lab/module/*.[ch]) tests/lab/module/Kbuild)
modules = $(addprefix $(BUILD)/module/,mlx5_core.ko mlx5_fwctl.ko mlx5_vfio_pci.ko \
	lab_hurry.ko)
# Its content says for which kernel they are; the file may be older than they.
module_kernel = $(BUILD)/module/kernel

lab: $(lab_programs) $(modules)

$(modules) &: $(module_sources) $(module_kernel)
	@cp -u $(module_sources) $(BUILD)/module
	$(call say,KBUILD,$(BUILD)/module)$(kbuild) -C "$$(cat $(module_kernel))" \
		M=$(abspath $(BUILD)/module) W=1 KCFLAGS=$(if $(WERROR),-Werror) \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules >$(BUILD)/module/log 2>&1 || \
		{ cat $(BUILD)/module/log; exit 1; }
	@touch $(modules)

$(module_kernel): force
	@mkdir -p $(@D)
	@headers=$$(tests/lab/lab headers) && \
		{ echo "$$headers" | cmp -s - $@ || echo "$$headers" >$@; }

force:

ifneq ($(SANITIZE),)
sanitized = $(BUILD)
LAYERS = sanitize
else
sanitized = build/sanitize
endif

# What is built for the layers that are asked for.
lab_layers = lab safety module faults sanitize sanitize-cards sanitize-fw sanitize-safety
lab_wanted = $(if $(filter $(lab_layers),$(or $(LAYERS),lab)),lab)
sanitize_wanted = $(if $(filter sanitize%,$(or $(LAYERS),sanitize)),sanitize)

# The second build of the tests: with sanitizers, and clean.
sanitize:
	@$(MAKE) --no-print-directory SANITIZE=1 WERROR=1 BUILD=$(sanitized) all unit \
		$(lab_wanted)

run_tests = @MAKE='$(MAKE)' CC='$(CC)' V='$(V)' SRIOV_BUILD_DIR='$(BUILD)' \
	SRIOV_SANITIZE_DIR='$(sanitized)' tests/run

check: all unit $(lab_wanted) $(sanitize_wanted)
	$(run_tests) $(LAYERS)

check-unit check-valgrind: all unit
	$(run_tests) $(@:check-%=%)

check-command check-agreement: all unit
	$(run_tests) $(@:check-%=%)

check-lab: all lab
	$(run_tests) $(@:check-%=%)

check-sanitize: sanitize
	$(run_tests) sanitize

check-debian13:
	@tests/debian13 $(LAYERS)

bench: all lab $(bench_programs)
	$(Q)SRIOV_BUILD_DIR='$(BUILD)' tests/lab/lab run --time-limit 400 -- tests/bench/bench

demo: all lab
	$(Q)SRIOV_BUILD_DIR='$(BUILD)' tests/lab/lab run -- tests/lab/tour

# --- the rest --------------------------------------------------------------

dist:
	$(Q)git archive --format=tar --prefix=sriov-$(VERSION)/ HEAD | \
		xz -9 >sriov-$(VERSION).tar.xz
	@echo sriov-$(VERSION).tar.xz

clean:
	$(Q)test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name 'config.*' \
		-exec rm -rf {} +

distclean: clean
	$(Q)rm -rf build config.mk sriov-*.tar.xz

help:
	@echo 'sriov $(VERSION). Targets:'
	@sed -n 's/^## /  /p' Makefile
	@echo 'Settings:'
	@sed -n 's/^### /  /p' Makefile

.PHONY: all bench check check-agreement check-command check-debian13 check-lab \
	check-sanitize check-unit check-valgrind clean demo dist distclean help install lab \
	man objects sanitize uninstall unit

-include $(objects:.o=.d)

endif
