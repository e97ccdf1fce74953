using CsCheck;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Tests.Store;

public sealed class ObjectTableTests
{
    [Fact]
    public void AnySequenceOfSetsAndRemovals_BehavesAsASortedDictionary() => Gen.Select(Gen.Int[0, 900], Gen.Bool).Array[0, 1500].Sample(
        operations =>
        {
            var table = ObjectTable.Empty;
            var model = new SortedDictionary<ObjectName, StoredObject>();
            foreach (var (number, remove) in operations)
            {
                var name = new ObjectName($"n{number % 3}", $"object-{number:D4}");
                if (remove)
                {
                    table = table.Remove(name);
                    model.Remove(name);
                }
                else
                {
                    var item = new StoredObject(new ResourceKey("r", name.Namespace, name.Name), 1, 1, [], 0);
                    table = table.Set(item);
                    model[name] = item;
                }
            }

            var probe = new ObjectName("n1", "object-0450");
            return table.Count == model.Count
                && table.CountUpTo(probe) == model.Keys.Count(name => name <= probe)
                && table.From(null).SequenceEqual(model.Values)
                && table.From(probe).SequenceEqual(model.Where(entry => entry.Key > probe).Select(entry => entry.Value))
                && model.All(entry => ReferenceEquals(table.Get(entry.Key), entry.Value));
        },
        iter: 30);

    [Fact]
    public void ATable_IsNotChangedByWritesToItsSuccessors()
    {
        var first = new StoredObject(new ResourceKey("r", "n", "a"), 1, 1, [], 0);
        var table = ObjectTable.Empty.Set(first);

        _ = table.Remove(new ObjectName("n", "a")).Set(new StoredObject(new ResourceKey("r", "n", "b"), 2, 2, [], 0));

        Assert.Same(first, Assert.Single(table.From(null)));
    }
}
