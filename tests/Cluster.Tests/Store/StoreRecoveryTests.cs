using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Tests.Store;

public sealed class StoreRecoveryTests
{
    [Fact]
    public async Task Open_AfterAClose_FindsEverythingAndGoesOnCounting()
    {
        using var folder = new TemporaryFolder();
        await using (var store = StoreTools.Open(folder.Path))
        {
            await store.Create(StoreTools.Key("a"), "x");
            await store.Create(StoreTools.Key("b"), "y");
        }

        await using var again = StoreTools.Open(folder.Path);
        var third = await again.Create(StoreTools.Key("c"), "z");

        Assert.Equal(3, third.Revision);
        Assert.Equal(["a", "b", "c"], again.State.List("configmaps").Select(item => item.Key.Name));
    }

    [Fact]
    public async Task Open_AfterAClose_LetsWatchersGoOnFromBefore()
    {
        using var folder = new TemporaryFolder();
        await using (var store = StoreTools.Open(folder.Path))
        {
            var first = await store.Create(StoreTools.Key("a"), "x");
            await store.Update(first.Key, first.Revision, "y");
        }

        await using var again = StoreTools.Open(folder.Path);
        var cursor = new StoreCursor(again, "configmaps", 1);
        await cursor.WaitAsync(TestContext.Current.CancellationToken);

        Assert.True(cursor.TryRead(out var change));
        Assert.Equal((StoreEventType.Modified, 2L), (change.Type, change.Revision));
    }

    [Fact]
    public async Task Open_WhenTheLogGrewLong_ReadsASnapshotAndHasDroppedTheOldLog()
    {
        using var folder = new TemporaryFolder();
        var key = StoreTools.Key("a");
        await using (var store = StoreTools.Open(folder.Path, snapshotAfterBytes: 2000))
        {
            var item = await store.Create(key, "0");
            for (var index = 1; index < 200; index++)
            {
                item = await store.Update(key, item.Revision, $"{index}");
            }
        }

        Assert.Single(Directory.GetFiles(folder.Path, "snapshot-*.bin"));
        Assert.True(Directory.GetFiles(folder.Path, "wal-*").Sum(path => new FileInfo(path).Length) < 10_000);
        await using var again = StoreTools.Open(folder.Path);
        Assert.Equal("""{"r":"200","v":"199"}""", again.State.Get(key)!.Text());
    }

    [Fact]
    public async Task Open_WithADamagedSnapshot_NamesTheFileAndLeavesItAlone()
    {
        using var folder = new TemporaryFolder();
        await using (var store = StoreTools.Open(folder.Path, snapshotAfterBytes: 100))
        {
            for (var index = 0; index < 20; index++)
            {
                await store.Create(StoreTools.Key($"a{index}"), "x");
            }
        }

        var snapshot = Assert.Single(Directory.GetFiles(folder.Path, "snapshot-*.bin"));
        var bytes = await File.ReadAllBytesAsync(snapshot, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(snapshot, bytes, TestContext.Current.CancellationToken);

        var exception = Assert.Throws<CorruptStoreException>(() => StoreTools.Open(folder.Path));

        Assert.Equal(snapshot, exception.Path);
        Assert.Contains(snapshot, exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(snapshot, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Open_OfAFolderInUse_SaysSo()
    {
        using var folder = new TemporaryFolder();
        await using var store = StoreTools.Open(folder.Path);

        var exception = Assert.Throws<IOException>(() => StoreTools.Open(folder.Path));

        Assert.Contains("in use by another process", exception.Message, StringComparison.Ordinal);
    }
}
