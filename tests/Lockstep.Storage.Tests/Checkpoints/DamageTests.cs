using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Storage.Tests.Checkpoints;

/// <summary>A damaged checkpoint is found, named and never loaded, whatever is damaged and how.</summary>
public sealed class DamageTests : IDisposable
{
    private const long Older = 10,
        Newer = 20;
    private static readonly string[] Files =
    [
        CheckpointFiles.Manifest,
        .. SmallCheckpoint.Kinds.SelectMany(kind => CheckpointFiles.Shards(kind, 2)),
    ];

    private readonly TemporaryFolder _run = new();
    private readonly Dictionary<string, byte[]> _whole = [];
    private readonly string _older,
        _newer;

    public DamageTests()
    {
        (_older, _newer) = (SmallCheckpoint.Publish(_run.Path, Older), SmallCheckpoint.Publish(_run.Path, Newer));
        foreach (string file in Files)
            _whole[file] = File.ReadAllBytes(Path.Combine(_newer, file));
    }

    [Fact]
    public void A_thousand_random_damages_are_found_and_named_and_the_checkpoint_before_is_used()
    {
        var random = new Random(2012);
        var seen = new Dictionary<string, int>();
        for (int i = 0; i < 1000; i++)
        {
            string file = Files[random.Next(Files.Length)];
            string damage = Damage(file, random);
            seen[damage] = seen.GetValueOrDefault(damage) + 1;
            AssertFound(file, $"damage {i}, {damage} of {file}");
            Restore();
        }
        Assert.Equal(11, seen.Count);
        Assert.All(seen, damage => Assert.True(damage.Value >= 15, $"{damage.Key} came {damage.Value} times"));
        Assert.Equal(_newer, new CheckpointStore(_run.Path).NewestWhole()?.Directory);
    }

    [Fact]
    public void A_flipped_bit_is_found_in_every_byte_of_shard_and_manifest()
    {
        foreach (string file in Files.Take(2))
        {
            for (int position = 0; position < _whole[file].Length; position++)
            {
                Put(file, Flipped(_whole[file], position, position % 8));
                string problem = Assert.Single(StoredCheckpoint.Read(_newer).Verify().Problems);
                Assert.Contains($"'{file}'", problem, StringComparison.Ordinal);
            }
            Restore();
        }
    }

    public void Dispose() => _run.Dispose();

    private string Damage(string file, Random random)
    {
        byte[] whole = _whole[file];
        bool manifest = file == CheckpointFiles.Manifest;
        int header = manifest ? whole.Length : sizeof(long) + (int)BitConverter.ToInt64(whole);
        switch (random.Next(manifest ? 4 : 10))
        {
            case 0:
                return Put(file, [.. whole, .. Bytes(random, random.Next(1, 100))], "appended bytes");
            case 1:
                return Put(file, whole[..random.Next(whole.Length)], "a cut");
            case 2:
                File.Delete(Path.Combine(_newer, file));
                return "removal";
            case 3 when manifest:
                return Put(file, Flipped(whole, random.Next(whole.Length), random.Next(8)), "a bit of the manifest");
            case 3:
                return Put(file, Flipped(whole, random.Next(sizeof(long)), random.Next(8)), "a bit of the header's length");
            case 4:
                return Put(file, Flipped(whole, random.Next(sizeof(long), header), random.Next(8)), "a bit of the header");
            case 5:
                return Put(file, Flipped(whole, random.Next(header, whole.Length), random.Next(8)), "a bit of the data");
            case 6:
                return Put(file, whole.Index().Select(b => b.Index < header ? b.Item : (byte)0), "lost data");
            case 7:
                Put(file, File.ReadAllBytes(Path.Combine(_older, file)));
                return "another step's file";
            case 8:
                int position = random.Next(whole.Length);
                return Put(file, [.. whole[..position], (byte)random.Next(256), .. whole[position..]], "an inserted byte");
            default:
                string other = Files[1..].First(f => f != file && f.StartsWith(file[..5], StringComparison.Ordinal));
                Put(other, whole);
                return Put(file, _whole[other], "swapped shards");
        }
    }

    private void AssertFound(string file, string what)
    {
        var passedOver = new List<StoredCheckpoint>();
        var found = new CheckpointStore(_run.Path).NewestWhole(passedOver.Add);
        Assert.True(found?.Directory == _older, what);
        var damaged = Assert.Single(passedOver);
        Assert.Equal((_newer, CheckpointState.Damaged), (damaged.Directory, damaged.State));
        Assert.True(
            damaged.Problems.Any(p => p.Contains(_newer, StringComparison.Ordinal) && p.Contains($"'{file}'", StringComparison.Ordinal)),
            $"{what}: {string.Join('\n', damaged.Problems)}"
        );

        foreach (
            string kind in SmallCheckpoint.Kinds.Where(kind =>
                file == CheckpointFiles.Manifest || file.StartsWith(kind, StringComparison.Ordinal)
            )
        )
        {
            Assert.Throws<BadInputException>(() => ShardedTensors.Open(_newer, kind).Dispose());
        }
    }

    private void Restore()
    {
        foreach (var (file, content) in _whole)
            Put(file, content);
    }

    private string Put(string file, IEnumerable<byte> content, string damage = "")
    {
        File.WriteAllBytes(Path.Combine(_newer, file), [.. content]);
        return damage;
    }

    private static byte[] Flipped(byte[] content, int position, int bit) =>
        [.. content[..position], (byte)(content[position] ^ 1 << bit), .. content[(position + 1)..]];

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
