using CsCheck;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Tests.Store;

public sealed class StorePropertyTests
{
    private static readonly Gen<(int Name, bool Delete, string Text)[]> Operations =
        Gen.Select(Gen.Int[0, 5], Gen.Bool, Gen.String[Gen.Char['a', 'z'], 0, 20]).Array[1, 60];

    [Fact]
    public async Task Writes_InAnyOrder_GetRevisionsWithoutGaps() => await Operations.SampleAsync(
        async operations =>
        {
            await using var store = StoreTools.Memory();
            var writes = await ApplyAsync(store, operations);
            var revisions = new List<long>();
            var cursor = new StoreCursor(store, null, 0);
            if (writes > 0)
            {
                await cursor.WaitAsync(TestContext.Current.CancellationToken);
            }

            while (cursor.TryRead(out var change))
            {
                revisions.Add(change.Revision);
            }

            return revisions.SequenceEqual(Enumerable.Range(1, writes).Select(revision => (long)revision));
        },
        iter: 100);

    [Fact]
    public async Task AList_AndTheEventsAfterIt_GiveTheStateNow() => await Gen.Select(Operations, Operations).SampleAsync(
        async (before, after) =>
        {
            await using var store = StoreTools.Memory();
            await ApplyAsync(store, before);
            var state = store.State;
            var contents = state.Contents();
            var written = await ApplyAsync(store, after);
            var cursor = new StoreCursor(store, null, state.Revision);
            if (written > 0)
            {
                await cursor.WaitAsync(TestContext.Current.CancellationToken);
            }

            while (cursor.TryRead(out var change))
            {
                if (change.Type == StoreEventType.Deleted)
                {
                    contents.Remove(change.Current.Key);
                }
                else
                {
                    contents[change.Current.Key] = change.Current.Text();
                }
            }

            return Same(contents, store.State.Contents());
        },
        iter: 100);

    [Fact]
    public async Task StateAt_AnyHeldRevision_IsTheStateThatWasPublishedThen() => await Operations.SampleAsync(
        async operations =>
        {
            await using var store = StoreTools.Memory();
            var states = new List<StoreState>();
            foreach (var operation in operations)
            {
                await ApplyAsync(store, [operation]);
                states.Add(store.State);
            }

            return states.All(state => Same(state.Contents(), store.StateAt(state.Revision).Contents()));
        },
        iter: 50);

    [Fact]
    public async Task ConcurrentUpdates_OfOneObject_LoseNothing()
    {
        await using var store = StoreTools.Memory();
        var key = StoreTools.Key("counter");
        await store.Create(key, "0");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 25;)
            {
                var current = store.Latest.Get(key)!;
                var value = int.Parse(current.Text().Split('"')[7], System.Globalization.CultureInfo.InvariantCulture);
                try
                {
                    await store.Update(key, current.Revision, (value + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    done++;
                }
                catch (RevisionConflictException)
                {
                    // Another writer was faster: read again.
                }
            }
        })));

        Assert.Equal("""{"r":"201","v":"200"}""", store.State.Get(key)!.Text());
    }

    [Fact]
    public async Task Recovery_OfALogCutOffAtAnyByte_GivesAPrefixOfWhatWasWritten() => await Gen.Select(Operations, Gen.Double.Unit).SampleAsync(
        async (operations, cut) =>
        {
            using var folder = new TemporaryFolder();
            var states = new List<Dictionary<ResourceKey, string>> { new() };
            await using (var store = StoreTools.Open(folder.Path))
            {
                foreach (var operation in operations)
                {
                    if (await ApplyAsync(store, [operation]) > 0)
                    {
                        states.Add(store.State.Contents());
                    }
                }
            }

            if (Directory.GetFiles(folder.Path, "wal-*").SingleOrDefault() is { } log)
            {
                using var stream = File.OpenWrite(log);
                stream.SetLength((long)(stream.Length * cut));
            }

            await using var recovered = StoreTools.Open(folder.Path);
            return Same(states[(int)recovered.State.Revision], recovered.State.Contents());
        },
        iter: 60);

    [Fact]
    public async Task Recovery_OfALogWithAFlippedBit_IsRefusedAndLeavesTheFileAlone() => await Gen.Select(Operations, Gen.Double.Unit, Gen.Int[0, 7]).SampleAsync(
        async (operations, place, bit) =>
        {
            using var folder = new TemporaryFolder();
            await using (var store = StoreTools.Open(folder.Path))
            {
                await ApplyAsync(store, operations);
            }

            if (Directory.GetFiles(folder.Path, "wal-*").SingleOrDefault() is not { } log)
            {
                return true;
            }

            var bytes = await File.ReadAllBytesAsync(log);
            bytes[(int)((bytes.Length - 1) * place)] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(log, bytes);
            try
            {
                await using var recovered = StoreTools.Open(folder.Path);
                return false;
            }
            catch (CorruptStoreException exception)
            {
                var left = await File.ReadAllBytesAsync(log);
                return exception.Path == log && left.SequenceEqual(bytes);
            }
        },
        iter: 60);

    /// <summary>Carries out operations one after the other; returns the number of writes.</summary>
    private static async Task<int> ApplyAsync(ObjectStore store, (int Name, bool Delete, string Text)[] operations)
    {
        var writes = 0;
        foreach (var (name, delete, text) in operations)
        {
            var key = StoreTools.Key($"object-{name}");
            var existing = store.Latest.Get(key);
            if (existing is null && delete)
            {
                continue;
            }

            await (existing is null ? store.Create(key, text) : delete ? store.DeleteAsync(key, existing.Revision) : store.Update(key, existing.Revision, text));
            writes++;
        }

        return writes;
    }

    private static bool Same(Dictionary<ResourceKey, string> left, Dictionary<ResourceKey, string> right) =>
        left.Count == right.Count && left.All(entry => right.TryGetValue(entry.Key, out var other) && other == entry.Value);
}
