using System.Collections;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>Every field of a registration stands in docs/engine/options.md, and what is said there is so.</summary>
public sealed class OptionsTableTests
{
    private static readonly IReadOnlyDictionary<string, string> Table = ReadTable();

    public static TheoryData<string> Honoured => Fields("honoured");

    public static TheoryData<string> Refused => Fields("refused");

    public static TheoryData<string> Protocol => Fields("protocol");

    [Fact]
    public void Table_NamesEveryFieldOfTheMessageAndNoOther() => Assert.Equal(
        RegisterResourceRequest.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Order(StringComparer.Ordinal),
        Table.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_OfARefusedField_Throws(string field)
    {
        var request = Request();
        Set(request, field);

        Assert.Throws<EngineException>(() => GoalReader.Read(request));
    }

    // Transforms have done their work before a registration is read; providers by then are its provider.
    [Theory]
    [MemberData(nameof(Honoured))]
    public void Read_OfAnHonouredField_ChangesTheGoal(string field)
    {
        if (field is "transforms" or "providers")
        {
            return;
        }

        var request = Request();
        var before = Describe(GoalReader.Read(request));
        Set(request, field);

        Assert.NotEqual(before, Describe(GoalReader.Read(request)));
    }

    [Theory]
    [MemberData(nameof(Protocol))]
    public void Read_OfAFieldOfTheProtocol_ChangesNothing(string field)
    {
        var request = Request();
        var before = Describe(GoalReader.Read(request));
        Set(request, field);

        Assert.Equal(before, Describe(GoalReader.Read(request)));
    }

    private static RegisterResourceRequest Request() => new() { Type = "fake:index:Thing", Name = "a", Custom = true };

    private static TheoryData<string> Fields(string kind) => [.. Table.Where(row => row.Value == kind).Select(row => row.Key)];

    private static void Set(RegisterResourceRequest request, string name)
    {
        var field = RegisterResourceRequest.Descriptor.FindFieldByName(name);
        if (field.IsMap)
        {
            var map = (IDictionary)field.Accessor.GetValue(request);
            map["key"] = Sample(field.MessageType.FindFieldByNumber(2));
        }
        else if (field.IsRepeated)
        {
            ((IList)field.Accessor.GetValue(request)).Add(Sample(field));
        }
        else
        {
            field.Accessor.SetValue(request, field.FieldType == FieldType.Bool ? !(bool)field.Accessor.GetValue(request) : Sample(field));
        }
    }

    private static object Sample(FieldDescriptor field) => (field.FieldType, field.Name) switch
    {
        (FieldType.Bool, _) => true,
        (FieldType.Bytes, _) => ByteString.CopyFromUtf8("sum"),
        (FieldType.String, "provider") => "urn:pulumi:dev::lab::pulumi:providers:fake::p::id",
        (FieldType.String, "parent" or "deletedWith" or "dependencies" or "aliasURNs" or "replace_with") => "urn:pulumi:dev::lab::fake:index:Thing::b",
        (FieldType.String, _) => "other",
        (FieldType.Message, "object") => new Struct { Fields = { ["size"] = Value.ForNumber(1) } },
        (FieldType.Message, "replacement_trigger") => Value.ForString("v1"),
        (FieldType.Message, "customTimeouts") => new RegisterResourceRequest.Types.CustomTimeouts { Read = "5m" },
        (FieldType.Message, "hooks") => new RegisterResourceRequest.Types.ResourceHooksBinding { AfterCreate = { "hook" } },
        (FieldType.Message, "aliases") => new Pulumirpc.Alias { Spec = new() { Name = "b" } },
        (FieldType.Message, "value") => new RegisterResourceRequest.Types.PropertyDependencies { Urns = { "urn:pulumi:dev::lab::fake:index:Thing::b" } },
        (FieldType.Message, _) => Activator.CreateInstance(field.MessageType.ClrType)!,
        _ => throw new InvalidOperationException($"There is no sample for {field.FullName}."),
    };

    private static string Describe(object? value) => value switch
    {
        null => "",
        string text => text,
        PropertyValue property => PlainJson.ToDisplay(property)?.ToJsonString() ?? "",
        Goal goal => string.Join('\n', typeof(Goal).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => $"{property.Name}: {Describe(property.GetValue(goal))}")),
        IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Describe)),
        _ when value.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) =>
            $"{type.GetProperty("Key")!.GetValue(value)}={Describe(type.GetProperty("Value")!.GetValue(value))}",
        _ => value.ToString()!,
    };

    private static Dictionary<string, string> ReadTable()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Infra.sln")))
        {
            folder = folder.Parent;
        }

        return File.ReadLines(Path.Combine(folder.FullName, "docs", "engine", "options.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells is [_, _, "honoured" or "refused" or "protocol", ..])
            .SelectMany(cells => cells[1].Split(',').Select(name => (Name: name.Trim(' ', '`'), Kind: cells[2])))
            .ToDictionary(row => row.Name, row => row.Kind);
    }
}
