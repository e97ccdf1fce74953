using PureHDF;
using PureHDF.VOL.Native;

namespace Scalelab.ModelConversion.Keras;

/// <summary>HDF5 with the attribute <c>model_config</c> and the group <c>model_weights</c>, a group for each of the model's layers.</summary>
internal sealed class H5ModelFile : KerasFile
{
    private readonly Dictionary<string, IReadOnlyList<(string[] Path, StoredWeight Weight)>> _layers = [];
    private NativeFile _file = null!;

    public static H5ModelFile Open(string path, string name)
    {
        var file = H5File.OpenRead(path);
        try
        {
            if (!file.AttributeExists("model_config"))
            {
                throw new ConversionException($"{name} holds weights without a model (no attribute model_config). Save the whole model with model.save(…), not model.save_weights(…).");
            }
            var version = H5Reader.Texts(file, "keras_version");
            return new H5ModelFile
            {
                Name = name,
                Model = Parse(name, H5Reader.Texts(file, "model_config") is [var config] ? config : ""),
                IsKeras3 = version is [var text] && text.StartsWith('3'),
                _file = file,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override LayerWeights Weights(string where, IReadOnlyList<LayerPlace> path)
    {
        var all = Guard(Name, () => Layer(path[0].Name));
        // A model within the model has all its weights in one group, each under the name of its own layer.
        var own = path.Count == 1 ? all : [.. all.Where(item => item.Path.Length > 1 && item.Path[^2] == path[^1].Name)];
        return new LayerWeights(where, [.. own.Select(item => item.Weight)]);
    }

    public override void Dispose() => _file.Dispose();

    private IReadOnlyList<(string[] Path, StoredWeight Weight)> Layer(string name)
    {
        if (!_layers.TryGetValue(name, out var found))
        {
            var root = _file.LinkExists("model_weights") ? _file.Group("model_weights") : _file;
            found = root.LinkExists(name) ? Read(root.Group(name)) : [];
            _layers[name] = found;
        }
        return found;
    }

    private List<(string[], StoredWeight)> Read(IH5Group group)
    {
        var found = new List<(string[], StoredWeight)>();
        foreach (var name in H5Reader.Texts(group, "weight_names"))
        {
            if (!group.LinkExists(name))
            {
                continue;
            }
            var dataset = group.Dataset(name);
            var parts = name.Split('/');
            parts[^1] = parts[^1].Split(':')[0];
            found.Add((parts, new StoredWeight(parts[^1], H5Reader.Shape(dataset), () => Guard(Name, () => H5Reader.Numbers(dataset)))));
        }
        return found;
    }
}
