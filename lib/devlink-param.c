// SPDX-License-Identifier: GPL-2.0-or-later
/* Parameters of devlink as bytes: those that the card keeps. */
#include <libmnl/libmnl.h>

#include "devlink.h"

/* A value of a flag is true by being there; a default has a byte, for it may be missing. */
static bool read_value(const struct sriov_nlattr *attr, uint8_t type,
		       struct sriov_fw_value *value)
{
	static const size_t sizes[] = { [SRIOV_DEVLINK_U8] = 1,
					[SRIOV_DEVLINK_U16] = 2,
					[SRIOV_DEVLINK_U32] = 4,
					[SRIOV_DEVLINK_FLAG] = 0 };

	*value = (struct sriov_fw_value){ 0 };
	if (type == SRIOV_DEVLINK_STRING) {
		/* a cut one would be another */
		if (strnlen((const char *)attr->data, attr->len) >= sizeof(value->text))
			return false;
		sriov_nlattr_text(attr, value->text, sizeof(value->text));
		return true;
	}
	if (type == SRIOV_DEVLINK_FLAG) {
		value->number = !attr->len || sriov_nlattr_number(attr);
		sriov_copy(value->text, sizeof(value->text),
			   value->number ? "True" : "False");
		return true;
	}
	if (attr->len != sizes[type])
		return false;
	value->number = (uint32_t)sriov_nlattr_number(attr);
	snprintf(value->text, sizeof(value->text), "%u", value->number);
	return true;
}

static bool is_known(uint8_t type)
{
	return type == SRIOV_DEVLINK_U8 || type == SRIOV_DEVLINK_U16 ||
	       type == SRIOV_DEVLINK_U32 || type == SRIOV_DEVLINK_STRING ||
	       type == SRIOV_DEVLINK_FLAG;
}

/* One value, with its mode: the permanent one? */
static bool read_permanent(const struct sriov_nlattr *nest,
			   struct sriov_devlink_param *param)
{
	const struct sriov_nlattr none = { 0 };
	struct sriov_nlattr attr, value = none, factory = none;
	const uint8_t *p = nest->data;
	bool is_there = false, permanent = false;

	while (sriov_nlattr_next(&p, nest->data + nest->len, &attr)) {
		if (attr.type == DEVLINK_ATTR_PARAM_VALUE_CMODE)
			permanent = attr.len && sriov_nlattr_number(&attr) ==
							DEVLINK_PARAM_CMODE_PERMANENT;
		else if (attr.type == DEVLINK_ATTR_PARAM_VALUE_DATA) {
			value = attr;
			is_there = true;
		} else if (attr.type == SRIOV_DEVLINK_PARAM_VALUE_DEFAULT) {
			factory = attr;
			param->has_default = true;
		}
	}
	if (!permanent)
		return false;
	if (param->has_default)
		param->has_default = factory.len &&
				     read_value(&factory, param->type, &param->factory);
	if (is_there)
		return read_value(&value, param->type, &param->value);
	param->value = (struct sriov_fw_value){ .text = "False" };
	return param->type == SRIOV_DEVLINK_FLAG;
}

bool sriov_devlink_param_parse(const uint8_t *p, const uint8_t *end,
			       struct sriov_devlink_param *param)
{
	struct sriov_nlattr attr, list = { 0 }, one;
	const uint8_t *values;

	*param = (struct sriov_devlink_param){ 0 };
	while (sriov_nlattr_next(&p, end, &attr)) {
		if (attr.type == DEVLINK_ATTR_PARAM) {
			p = attr.data;
			end = attr.data + attr.len;
		} else if (attr.type == DEVLINK_ATTR_PARAM_NAME) {
			if (attr.len > sizeof(param->name))
				return false;
			sriov_nlattr_text(&attr, param->name, sizeof(param->name));
		} else if (attr.type == DEVLINK_ATTR_PARAM_TYPE) {
			param->type = (uint8_t)sriov_nlattr_number(&attr);
		} else if (attr.type == DEVLINK_ATTR_PARAM_VALUES_LIST) {
			list = attr;
		}
	}
	if (!param->name[0] || !is_known(param->type))
		return false;
	values = list.data;
	while (list.len && sriov_nlattr_next(&values, list.data + list.len, &one))
		if (one.type == DEVLINK_ATTR_PARAM_VALUE && read_permanent(&one, param))
			return true;
	return false;
}

bool sriov_devlink_param_put(union sriov_devlink_request *request, const char *name,
			     uint8_t type, const struct sriov_fw_value *value)
{
	struct nlmsghdr *nlh = &request->nlh;

	mnl_attr_put_strz(nlh, DEVLINK_ATTR_PARAM_NAME, name);
	mnl_attr_put_u8(nlh, DEVLINK_ATTR_PARAM_TYPE, type);
	mnl_attr_put_u8(nlh, DEVLINK_ATTR_PARAM_VALUE_CMODE,
			DEVLINK_PARAM_CMODE_PERMANENT);
	if (!value) {
		mnl_attr_put(nlh, SRIOV_DEVLINK_PARAM_RESET_DEFAULT, 0, NULL);
		return true;
	}
	switch (type) {
	case SRIOV_DEVLINK_U8:
		mnl_attr_put_u8(nlh, DEVLINK_ATTR_PARAM_VALUE_DATA,
				(uint8_t)value->number);
		return true;
	case SRIOV_DEVLINK_U16:
		mnl_attr_put_u16(nlh, DEVLINK_ATTR_PARAM_VALUE_DATA,
				 (uint16_t)value->number);
		return true;
	case SRIOV_DEVLINK_U32:
		mnl_attr_put_u32(nlh, DEVLINK_ATTR_PARAM_VALUE_DATA, value->number);
		return true;
	case SRIOV_DEVLINK_STRING:
		mnl_attr_put_strz(nlh, DEVLINK_ATTR_PARAM_VALUE_DATA, value->text);
		return true;
	case SRIOV_DEVLINK_FLAG:
		if (value->number)
			mnl_attr_put(nlh, DEVLINK_ATTR_PARAM_VALUE_DATA, 0, NULL);
		return true;
	default:
		return false;
	}
}
