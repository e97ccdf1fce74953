using System.Globalization;
using Scalelab.Generator;

// Writes the source of Pulumi.Kubernetes' inputs, outputs and resources from KubernetesClient's model types: one file a namespace.
if (args is not [var folder])
{
    await Console.Error.WriteLineAsync("Usage: Generator <folder to write into>");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Directory.Exists(folder))
{
    Directory.Delete(folder, recursive: true);
}

Directory.CreateDirectory(folder);
var model = KubernetesModel.Load();
var patches = PatchTypes.From(model.Types).OrderBy(type => type.Name, StringComparer.Ordinal).ToLookup(type => type.Group);
foreach (var group in model.Types.GroupBy(type => type.Group))
{
    var name = group.Key.Namespace;
    var types = group.OrderBy(type => type.Name, StringComparer.Ordinal).ToList();
    await File.WriteAllTextAsync(Path.Combine(folder, $"Inputs.{name}.cs"), InputsWriter.Write(group.Key, [.. types, .. patches[group.Key]]));
    await File.WriteAllTextAsync(Path.Combine(folder, $"Outputs.{name}.cs"), OutputsWriter.Write(group.Key, types));
    await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.cs"), ResourcesWriter.Write(group.Key, types, [.. patches[group.Key]]));
}

return 0;
