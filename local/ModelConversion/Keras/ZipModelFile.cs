using System.IO.Compression;
using System.Text;
using System.Text.Json;
using PureHDF;
using PureHDF.VOL.Native;

namespace Scalelab.ModelConversion.Keras;

/// <summary>Keras' zip: <c>config.json</c>, <c>metadata.json</c> and the weights in <c>model.weights.h5</c>, where layers have numbers for names.</summary>
internal sealed class ZipModelFile : KerasFile
{
    private const int MaxConfig = 256 * 1024 * 1024;

    // Where a model's layers lie in it; the second is what TensorFlow's Keras 2 wrote.
    private static readonly string[] Containers = ["layers", "_layer_checkpoint_dependencies"];

    private NativeFile _file = null!;
    private string _weights = "";

    public static ZipModelFile Open(string path, string name)
    {
        using var zip = ZipFile.OpenRead(path);
        var config = Read(zip, "config.json", name);
        var version = zip.GetEntry("metadata.json") is null ? "" : Version(Read(zip, "metadata.json", name));
        var entry = zip.GetEntry("model.weights.h5")
            ?? throw new ConversionException($"{name} holds no model.weights.h5. Save the model again with model.save('model.keras').");
        // HDF5 is read here and there, which a zip cannot give.
        var weights = Path.GetTempFileName();
        try
        {
            entry.ExtractToFile(weights, overwrite: true);
            return new ZipModelFile
            {
                Name = name,
                Model = Parse(name, config),
                IsKeras3 = !version.StartsWith('2'),
                _file = H5File.OpenRead(weights),
                _weights = weights,
            };
        }
        catch
        {
            File.Delete(weights);
            throw;
        }
    }

    public override LayerWeights Weights(string where, IReadOnlyList<LayerPlace> path)
    {
        var stored = Guard(Name, () => Find(path) is { } group && group.LinkExists("vars") ? Variables(group.Group("vars")) : []);
        return new LayerWeights(where, stored);
    }

    public override void Dispose()
    {
        _file.Dispose();
        File.Delete(_weights);
    }

    private IH5Group? Find(IReadOnlyList<LayerPlace> path)
    {
        IH5Group group = _file;
        foreach (var place in path)
        {
            if (Containers.FirstOrDefault(container => group.LinkExists(container)) is not { } container)
            {
                return null;
            }
            var layers = group.Group(container);
            // Newer files tell each layer's name; in older ones, and in all where it was not told, the class and a number stand for it.
            var named = layers.Children().OfType<IH5Group>().FirstOrDefault(child => H5Reader.Texts(child, "name") is [var name] && name == place.Name)
                ?? layers.Children().OfType<IH5Group>().FirstOrDefault(child => child.LinkExists("vars") && H5Reader.Texts(child.Group("vars"), "name") is [var name] && name == place.Name);
            if (named is null && !layers.LinkExists(place.ClassKey))
            {
                return null;
            }
            group = named ?? layers.Group(place.ClassKey);
        }
        return group;
    }

    private List<StoredWeight> Variables(IH5Group group)
    {
        var found = new List<StoredWeight>();
        for (var i = 0; group.LinkExists($"{i}"); i++)
        {
            var dataset = group.Dataset($"{i}");
            found.Add(new StoredWeight(null, H5Reader.Shape(dataset), () => Guard(Name, () => H5Reader.Numbers(dataset))));
        }
        return found;
    }

    private static string Read(ZipArchive zip, string entryName, string name)
    {
        var entry = zip.GetEntry(entryName) ?? throw new ConversionException($"{name} is a zip without {entryName}, which no .keras file is. Save the model again with model.save('model.keras').");
        if (entry.Length > MaxConfig)
        {
            throw new ConversionException($"{name} holds a {entryName} of {entry.Length} bytes. That is no description of a model.");
        }
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Version(string metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("keras_version", out var version) && version.ValueKind == JsonValueKind.String
            ? version.GetString()!
            : "";
    }
}
