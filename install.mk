# What is installed, and where:
#
#   make install [PREFIX=/usr/local] [DESTDIR=]
#   make uninstall [PREFIX=/usr/local] [DESTDIR=]
#
# The files lie below $(DESTDIR)$(PREFIX) as docs/install.md lists them. They
# reach tools/install through the environment: any character may be in them.

PREFIX ?= /usr/local
DESTDIR ?=

manuals := $(addprefix $(BUILD)/man/guss-,language.5 schedules.5 files.5)
pkgconfig := $(BUILD)/lib/pkgconfig/guss.pc

.PHONY: install uninstall
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export DESTDIR := $(DESTDIR)
install: all $(manuals) $(pkgconfig)
	@BUILD=$(BUILD) tools/install
uninstall:
	@BUILD=$(BUILD) tools/install --undo

$(BUILD)/man/guss-%.5: docs/%.md tools/make-manual man/guss.1
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$Qtools/make-manual $< >$@
$(pkgconfig): runtime/guss.pc.in $(BUILD)/settings
	@mkdir -p $(@D)
	$Qsed -e 's|@VERSION@|$(VERSION)|' -e 's|@PACKAGES@|$(PACKAGES) $(SCORES_PACKAGES)|' \
	  -e 's|@SANITIZERS@|$(SANITIZERS)|' -e 's| *$$||' $< >$@

check-build: $(manuals) $(pkgconfig)

lint: lint-manuals
.PHONY: lint-manuals
lint-manuals: $(manuals) | $(BUILD)/packages.lint
	$(call say,LINT,'manual pages')
	$Qmandoc -T lint -W warning man/*.1 $(manuals)
