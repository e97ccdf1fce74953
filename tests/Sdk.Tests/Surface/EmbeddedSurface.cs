using System.Globalization;
using System.Reflection;

namespace Scalelab.Sdk.Tests.Surface;

/// <summary>Describes the public surface of an assembly in the words of <c>../shared/pulumi-api</c>.</summary>
internal static class EmbeddedSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<TypeSurface> Read(Assembly assembly)
        => [.. assembly.GetExportedTypes().Select(Describe)];

    private static TypeSurface Describe(Type type)
    {
        var name = NameOf(type);
        var kind = type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        var modifier = kind != "class" ? ""
            : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed " : "";
        var parent = type.BaseType == null || type.BaseType == typeof(object) || type.BaseType == typeof(ValueType)
            ? "" : $" : {NameOf(type.BaseType)}";
        return new TypeSurface(name, $"{modifier}{kind} {name}{parent}{AttributesOf(type)}", MembersOf(type).ToHashSet());
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        foreach (var constructor in type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor)))
        {
            yield return $"ctor({ParametersOf(constructor)})";
        }

        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic))
        {
            yield return $"field {(field.IsStatic ? "static " : "")}{NameOf(field.FieldType)} {field.Name}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var getter = property.GetMethod?.IsPublic == true ? "get;" : "";
            var setter = property.SetMethod?.IsPublic == true ? "set;" : "";
            if (getter + setter != "")
            {
                yield return $"prop {NameOf(property.PropertyType)} {property.Name} {{{getter}{setter}}}{AttributesOf(property)}";
            }
        }

        foreach (var method in type.GetMethods(Declared).Where(IsOwnMethod))
        {
            var modifier = method.IsStatic ? "static " : method.IsFamily ? "protected " : method.IsVirtual && IsOpen(type) ? "virtual " : "";
            yield return $"method {modifier}{NameOf(method.ReturnType)} {method.Name}{TypeParametersOf(method)}({ParametersOf(method)})";
        }
    }

    // Delegates and interfaces: elsewhere a method is virtual only because it implements an interface.
    private static bool IsOpen(Type type)
        => type.IsInterface || type.IsSubclassOf(typeof(Delegate));

    private static bool IsVisible(MethodBase method)
        => method.IsPublic || method.IsFamily;

    // Accessors are told by their properties, operators by themselves, overrides by the type that introduces the method.
    private static bool IsOwnMethod(MethodInfo method)
        => IsVisible(method)
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            && method.GetBaseDefinition() == method;

    private static string ParametersOf(MethodBase method)
        => string.Join(", ", method.GetParameters().Select(parameter =>
            (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
            + NameOf(parameter.ParameterType) + " " + parameter.Name + (parameter.IsOptional ? "=" : "")));

    private static string TypeParametersOf(MethodInfo method)
        => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    private static string AttributesOf(MemberInfo member)
    {
        var attributes = member.GetCustomAttributesData();

        // An input's attribute may sit on the backing field, so that a collection nobody touched is not sent.
        if (member is PropertyInfo property
            && property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", Declared) is { } field)
        {
            attributes = [.. attributes, .. field.GetCustomAttributesData()];
        }

        return string.Concat(attributes
            .Where(attribute => attribute.AttributeType.Namespace!.StartsWith(nameof(Pulumi), StringComparison.Ordinal))
            .Select(attribute => $" [{attribute.AttributeType.Name[..^"Attribute".Length]}({ArgumentsOf(attribute)})]"));
    }

    private static string ArgumentsOf(CustomAttributeData attribute)
        => string.Join(", ", attribute.ConstructorArguments.Select(argument =>
            argument.Value is string text ? $"\"{text}\"" : Convert.ToString(argument.Value, CultureInfo.InvariantCulture)));

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
        {
            return NameOf(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var keyword = type == typeof(string) ? "string" : type == typeof(int) ? "int" : type == typeof(bool) ? "bool"
            : type == typeof(double) ? "double" : type == typeof(object) ? "object" : type == typeof(void) ? "void" : null;
        if (keyword != null)
        {
            return keyword;
        }

        var scope = type.IsNested ? NameOf(type.DeclaringType!) : type.Namespace;
        var name = $"{scope}.{type.Name.Split('`')[0]}";
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}
