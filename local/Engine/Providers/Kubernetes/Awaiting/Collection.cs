using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>The objects of a watched collection.</summary>
internal sealed class Collection
{
    private readonly SortedDictionary<string, JsonObject> _items = new(StringComparer.Ordinal);

    /// <summary>Whether it is known what there is: before, an absence says nothing.</summary>
    public bool IsListed { get; private set; }

    /// <summary>By name.</summary>
    public IEnumerable<JsonObject> Items => _items.Values;

    public JsonObject? Find(string name) => _items.GetValueOrDefault(name);

    public void Apply(KubeEvent change)
    {
        switch (change.Type)
        {
            case "LISTED":
                Prune(change.Object);
                IsListed = true;
                break;
            case "DELETED":
                _items.Remove(change.Object.Name());
                break;
            default:
                _items[change.Object.Name()] = change.Object;
                break;
        }
    }

    private void Prune(JsonObject list)
    {
        var names = list.Items("items").Select(item => item.Name()).ToHashSet();
        foreach (var name in _items.Keys.Where(name => !names.Contains(name)).ToArray())
        {
            _items.Remove(name);
        }
    }
}
