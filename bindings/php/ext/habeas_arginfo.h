/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: ab590031e83b7dec6500906a45c55c039348c999 */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Habeas_Native_version, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_Habeas_Native_call, 0, 2, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, method, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, params, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, callback, IS_CALLABLE, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Habeas_Native_Store___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, options, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, callback, IS_CALLABLE, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Habeas_Native_Store_call arginfo_Habeas_Native_call

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Habeas_Native_Store_decide, 0, 3, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, subject, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, purpose, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, channel, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Habeas_Native_Store_decideMany, 0, 3, IS_ARRAY, 1)
	ZEND_ARG_TYPE_INFO(0, subjects, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, purpose, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, channel, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Habeas_Native_Store_close, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()


ZEND_FUNCTION(Habeas_Native_version);
ZEND_FUNCTION(Habeas_Native_call);
ZEND_METHOD(Habeas_Native_Store, __construct);
ZEND_METHOD(Habeas_Native_Store, call);
ZEND_METHOD(Habeas_Native_Store, decide);
ZEND_METHOD(Habeas_Native_Store, decideMany);
ZEND_METHOD(Habeas_Native_Store, close);


static const zend_function_entry ext_functions[] = {
	ZEND_NS_FALIAS("Habeas\\Native", version, Habeas_Native_version, arginfo_Habeas_Native_version)
	ZEND_NS_FALIAS("Habeas\\Native", call, Habeas_Native_call, arginfo_Habeas_Native_call)
	ZEND_FE_END
};


static const zend_function_entry class_Habeas_Native_Failure_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Habeas_Native_Store_methods[] = {
	ZEND_ME(Habeas_Native_Store, __construct, arginfo_class_Habeas_Native_Store___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Habeas_Native_Store, call, arginfo_class_Habeas_Native_Store_call, ZEND_ACC_PUBLIC)
	ZEND_ME(Habeas_Native_Store, decide, arginfo_class_Habeas_Native_Store_decide, ZEND_ACC_PUBLIC)
	ZEND_ME(Habeas_Native_Store, decideMany, arginfo_class_Habeas_Native_Store_decideMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Habeas_Native_Store, close, arginfo_class_Habeas_Native_Store_close, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Habeas_Native_Failure(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Habeas\\Native", "Failure", class_Habeas_Native_Failure_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	zval property_where_default_value;
	ZVAL_EMPTY_STRING(&property_where_default_value);
	zend_string *property_where_name = zend_string_init("where", sizeof("where") - 1, 1);
	zend_declare_typed_property(class_entry, property_where_name, &property_where_default_value, ZEND_ACC_PUBLIC, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_where_name);

	return class_entry;
}

static zend_class_entry *register_class_Habeas_Native_Store(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Habeas\\Native", "Store", class_Habeas_Native_Store_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
